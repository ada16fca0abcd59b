package dev.weft.kubernetes.trust;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The namespaces into which the anchors could not be written the last time. Safe for use by several threads. */
final class RefusedNamespaces {

    /** The code of the problem. */
    private static final String CODE = "WEFT-K024";

    /** Most namespaces that are kept with a reason. */
    static final int MOST = 1_000;

    /** Most characters of a reason; the API server repeats what other programs answered it. */
    private static final int LONGEST = 300;

    private final Map<String, String> reasons = new ConcurrentHashMap<>();

    void add(String namespace, String reason) {
        if (reasons.size() < MOST || reasons.containsKey(namespace)) {
            reasons.put(namespace, reason.length() <= LONGEST ? reason : reason.substring(0, LONGEST) + "…");
        }
    }

    void remove(String namespace) {
        reasons.remove(namespace);
    }

    boolean has(String namespace) {
        return reasons.containsKey(namespace);
    }

    /** Returns what is wrong with a namespace; empty if nothing is known. */
    String problem(String namespace) {
        String reason = reasons.get(namespace);
        return reason == null
                ? ""
                : CODE + ": the trust anchors cannot be written into ConfigMap " + namespace + "/"
                        + TrustPublisher.CONFIG_MAP + ", so pods that start there may not trust the control plane ("
                        + reason + "); tried again every " + TrustPublisher.RETRY.toSeconds() + " s";
    }
}
