"""Questions after a lesson: asked, judged with a reason for every option, and asked again when they were missed."""
