package dev.weft.policy.model;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/** Checks numbers of TCP ports. */
public final class Ports {
    private static final int MAX = 65_535;

    private Ports() {}

    /** Whether the number is a valid port, 1 to 65535. */
    public static boolean isPort(int number) {
        return number >= 1 && number <= MAX;
    }

    /**
     * Returns an immutable copy, sorted by number.
     *
     * @throws IllegalArgumentException if a port is out of range
     */
    public static Set<Integer> checked(Set<Integer> ports) {
        for (int port : ports) {
            if (!isPort(port)) {
                throw new IllegalArgumentException("port: " + port + " (expected: 1-" + MAX + ")");
            }
        }
        return Collections.unmodifiableSet(new TreeSet<>(ports));
    }
}
