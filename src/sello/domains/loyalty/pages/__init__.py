"""The pages of a customer: enrolment, and the card behind its link. They read what other nouns write."""
