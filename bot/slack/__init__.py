"""On Record in Slack: `onrecord slack`."""
