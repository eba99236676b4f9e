window.YTD.tweets.part0 = [
  {"tweet": {"id_str": "7", "id": "7", "created_at": "Wed May 08 09:00:00 +0000 2024", "lang": "en",
    "full_text": "Police held two men in Gao on Tuesday, the mayor said.", "entities": {"urls": []}}}
]
