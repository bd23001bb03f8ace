KINDS = {
    "bar-chart": "bar chart", "line-chart": "line chart", "pie-chart": "pie chart", "scatter-plot": "scatter plot",
    "table": "table of numbers", "diagram": "diagram", "receipt": "receipt", "document": "document", "form": "form",
    "handwriting": "handwritten note", "map": "map", "screenshot": "screenshot", "chat": "chat screenshot", "code": "code screenshot",
    "phone": "phone screenshot", "qr-code": "QR code", "barcode": "barcode", "meme": "meme", "gradient": "gradient", "calendar": "calendar",
    "pattern": "pattern", "mountains": "mountains", "beach": "beach", "forest": "forest", "city": "city skyline", "night": "night sky",
    "house": "house", "road": "car on a road", "boat": "boat on the sea", "sunset": "sunset", "food": "food", "scene": "illustration",
}
