// What jobs and counts taught, kept for the next estimate.
import { type Lesson, withLesson, writeEvidence } from '#core';
import { calibrationName, readEvidenceFile } from '#files';
import { changeHomeFile, type Kept } from './homeFile.ts';

/** Adds to what is there, whoever else writes meanwhile. A file that is not understood stays as it is. */
export async function keepLesson(home: string, lesson: Lesson): Promise<Kept> {
  if (lesson.models.length === 0) return { kind: 'kept' };
  return changeHomeFile(home, calibrationName, 'calibration', async () => {
    const file = await readEvidenceFile(home);
    return file.kind === 'unreadable'
      ? { why: file.message }
      : { text: writeEvidence(withLesson(file.entries, lesson)) };
  });
}
