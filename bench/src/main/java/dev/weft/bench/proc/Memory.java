package dev.weft.bench.proc;

import java.util.Collection;

/**
 * The memory of a process, from {@code /proc/PID/smaps_rollup}.
 *
 * @param residentKib resident memory in KiB
 * @param proportionalKib resident memory in KiB, each shared page divided by the number of processes that share it
 * @param anonymousKib memory in KiB that does not belong to a file
 */
public record Memory(long residentKib, long proportionalKib, long anonymousKib) {
    /**
     * Reads the text of {@code /proc/PID/smaps_rollup}.
     *
     * @throws IllegalArgumentException if one of the three figures is missing
     */
    public static Memory parse(String rollup) {
        return new Memory(kib(rollup, "Rss:"), kib(rollup, "Pss:"), kib(rollup, "Anonymous:"));
    }

    /** Returns the sum of several processes' memory. */
    public static Memory sum(Collection<Memory> parts) {
        return new Memory(
                parts.stream().mapToLong(Memory::residentKib).sum(),
                parts.stream().mapToLong(Memory::proportionalKib).sum(),
                parts.stream().mapToLong(Memory::anonymousKib).sum());
    }

    /**
     * Returns a figure in KiB of a text in {@code /proc}.
     *
     * @param key beginning of its line, such as {@code VmRSS:}
     * @throws IllegalArgumentException if there is no such line, or it has another form
     */
    public static long kib(String text, String key) {
        String line = text.lines()
                .filter(candidate -> candidate.startsWith(key))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("/proc: no line '" + key + "'"));
        String[] words = line.substring(key.length()).trim().split("\\s+", -1);
        if (words.length != 2 || !words[1].equals("kB")) {
            throw new IllegalArgumentException("/proc: '" + line + "' (expected: " + key + " NUMBER kB)");
        }
        return Long.parseLong(words[0]);
    }
}
