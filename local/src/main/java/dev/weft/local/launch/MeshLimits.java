package dev.weft.local.launch;

import java.time.Duration;

/** How long the ends of a mesh may take, in one place so that each waits for what it contains. */
public final class MeshLimits {

    /** How long an application may take to end when asked. */
    public static final Duration APPLICATION_GRACE = Duration.ofSeconds(5);

    /** How long a sidecar lets open sessions finish. */
    public static final Duration DRAIN_GRACE = Duration.ofSeconds(3);

    /** How long a sidecar or the control plane may take to end when asked. */
    public static final Duration SIDECAR_GRACE = DRAIN_GRACE.plusSeconds(2);

    /** How long the supervisor may take to end a mesh. */
    public static final Duration SHUTDOWN =
            APPLICATION_GRACE.plus(SIDECAR_GRACE).plus(SIDECAR_GRACE).plusSeconds(2);

    private MeshLimits() {}
}
