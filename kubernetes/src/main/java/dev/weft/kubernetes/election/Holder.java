package dev.weft.kubernetes.election;

import java.security.SecureRandom;
import java.util.HexFormat;

/** How a Lease names who holds it: a pod, and a process in it. */
final class Holder {

    /** Between the name of the pod and what tells its processes apart. */
    private static final String BEFORE_PROCESS = "_";

    private static final int PROCESS_BYTES = 4;

    private Holder() {}

    /** This process. A container that starts again in the same pod is another one, and leads in another term. */
    static String of(String pod) {
        byte[] process = new byte[PROCESS_BYTES];
        new SecureRandom().nextBytes(process);
        return pod + BEFORE_PROCESS + HexFormat.of().formatHex(process);
    }

    /** The pod of a holder. */
    static String podOf(String holder) {
        int end = holder.lastIndexOf(BEFORE_PROCESS);
        return end < 0 ? holder : holder.substring(0, end);
    }
}
