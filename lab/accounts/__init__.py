"""Who is there: guests with one click, accounts that take a guest's work along, signing in and out."""
