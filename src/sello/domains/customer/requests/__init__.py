"""What people ask for under Ley 29733: to see, correct or erase their data, to object to a use; each with its clock."""
