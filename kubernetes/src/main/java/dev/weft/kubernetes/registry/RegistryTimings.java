package dev.weft.kubernetes.registry;

import java.time.Duration;

/**
 * Time limits and intervals of the registry.
 *
 * @param gather how long changes are gathered before they are reported together
 * @param patience how long the first listing of all objects may take
 * @param brief how long the start waits for the first listing of kinds that the mesh can do without
 * @param look interval between two checks whether the watches are open
 */
record RegistryTimings(Duration gather, Duration patience, Duration brief, Duration look) {

    static final RegistryTimings USUAL = new RegistryTimings(
            Duration.ofMillis(50), Duration.ofSeconds(60), Duration.ofSeconds(3), Duration.ofSeconds(5));
}
