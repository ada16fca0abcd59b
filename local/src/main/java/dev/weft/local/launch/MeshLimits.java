package dev.weft.local.launch;

import java.time.Duration;

/**
 * The time limits for ending a mesh. They are in one place, so that each limit is longer than the limits that it
 * includes.
 */
public final class MeshLimits {

    /** Longest time for an application to end after it was asked. */
    public static final Duration APPLICATION_GRACE = Duration.ofSeconds(5);

    /** Time in which a sidecar lets open sessions finish. */
    public static final Duration DRAIN_GRACE = Duration.ofSeconds(3);

    /** Longest time for a sidecar or the control plane to end after it was asked. */
    public static final Duration SIDECAR_GRACE = DRAIN_GRACE.plusSeconds(2);

    /** Longest time for the supervisor to end a mesh. */
    public static final Duration SHUTDOWN =
            APPLICATION_GRACE.plus(SIDECAR_GRACE).plus(SIDECAR_GRACE).plusSeconds(2);

    private MeshLimits() {}
}
