package dev.weft.files.registry;

import java.time.Duration;

/**
 * How quickly files are taken over.
 *
 * @param poll longest time between two looks, where the operating system's notice is missed
 * @param settle how long a file must stay as it is before it counts, so that a half-written one does not
 * @param settleLess the same for a file that is gone, empty or the beginning of what it was, which is mostly an editor about
 *     to write, and for a folder that has become empty
 */
record Pace(Duration poll, Duration settle, Duration settleLess) {

    static final Pace USUAL = new Pace(Duration.ofMillis(500), Duration.ofMillis(40), Duration.ofSeconds(1));
}
