package dev.weft.kubernetes.election;

import java.security.SecureRandom;
import java.util.HexFormat;

/** The holder's name in a Lease: a pod, and a process in it. */
final class LeaseHolder {

    /** Separates the name of the pod from the id of the process. */
    private static final String BEFORE_PROCESS = "_";

    private static final int PROCESS_BYTES = 4;

    private LeaseHolder() {}

    /**
     * Returns the name of this process. A container that restarts in the same pod gets another name, and leads in
     * another term.
     */
    static String of(String pod) {
        byte[] process = new byte[PROCESS_BYTES];
        new SecureRandom().nextBytes(process);
        return pod + BEFORE_PROCESS + HexFormat.of().formatHex(process);
    }

    static String podOf(String holder) {
        int end = holder.lastIndexOf(BEFORE_PROCESS);
        return end < 0 ? holder : holder.substring(0, end);
    }
}
