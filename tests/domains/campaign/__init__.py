"""Tests of campaigns over WhatsApp."""
