package dev.weft.kubernetes.registry;

import java.time.Duration;

/**
 * How fast the registry is.
 *
 * @param gather for how long changes are gathered, to be told together
 * @param patience how long it may take until all objects are listed at the start
 * @param look how often it is looked at whether the watches stand
 */
record Pace(Duration gather, Duration patience, Duration look) {

    static final Pace USUAL = new Pace(Duration.ofMillis(50), Duration.ofSeconds(60), Duration.ofSeconds(5));
}
