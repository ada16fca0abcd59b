package dev.weft.files.registry;

import java.time.Duration;

/**
 * The timing with which file changes take effect.
 *
 * @param poll longest time between two looks, in case the operating system's watch misses a change
 * @param settle how long a file must stay unchanged before it is in force, so that a half-written file is not
 * @param settleLess the same for a file that is gone, empty or a beginning of its former text, mostly because an editor
 *     is about to write it, and for a folder that has become empty
 */
record WatchTimings(Duration poll, Duration settle, Duration settleLess) {

    static final WatchTimings USUAL =
            new WatchTimings(Duration.ofMillis(500), Duration.ofMillis(40), Duration.ofSeconds(1));
}
