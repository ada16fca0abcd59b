package dev.weft.control.certify;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The marks of descents whose write failed. They are not written again, so whoever waits for one of them is told of the
 * failure, even if a later write succeeds; whoever waits for another is not. Not safe for use by several threads.
 */
final class FailedMarks {

    /**
     * Most ranges that are kept: a second passes between two writes, and nobody waits that long. Marks below are taken
     * for failed.
     */
    static final int MOST_RANGES = 1_000;

    /** The last mark of each range by the mark before its first. */
    private final NavigableMap<Long, Long> ranges = new TreeMap<>();

    private long forgotten;

    /** Adds the marks after the one up to and including the other. They are higher than all that were added before. */
    void add(long after, long to) {
        Map.Entry<Long, Long> last = ranges.lastEntry();
        ranges.put(last != null && last.getValue() == after ? last.getKey() : Long.valueOf(after), to);
        if (ranges.size() > MOST_RANGES) {
            forgotten = ranges.pollFirstEntry().getValue();
        }
    }

    boolean contains(long mark) {
        Map.Entry<Long, Long> range = ranges.lowerEntry(mark);
        return mark <= forgotten || (range != null && mark <= range.getValue());
    }
}
