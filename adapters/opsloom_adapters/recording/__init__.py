"""Replays a recorded incident from a folder: demos, drills, tests and benchmarks."""

from opsloom_adapters.recording.adapter import RecordingAdapter

__all__ = ["RecordingAdapter"]
