package dev.weft.proxy.observe;

import dev.weft.proxy.session.Session;

/** Why a session was not carried by mutual TLS. */
enum PlaintextReason {
    /** It was carried by mutual TLS. */
    NONE("none"),
    /** It ended before anything was carried, for example because it was refused. */
    NOT_ESTABLISHED("not-established"),
    /** It was one of the workload's own probes. */
    PROBE("probe"),
    /** The caller has no sidecar, and the workload is permissive. */
    PERMISSIVE("permissive"),
    /** The destination is in the mesh, and its endpoint has no sidecar. */
    NO_SIDECAR("no-sidecar"),
    /** The mesh does not know the destination. */
    NOT_IN_MESH("not-in-mesh");

    private final String text;

    PlaintextReason(String text) {
        this.text = text;
    }

    /** Returns the reason of a session that has ended. */
    static PlaintextReason of(Session session) {
        if (session.secure()) {
            return NONE;
        }
        if (session.decision().equals("probe")) {
            return PROBE;
        }
        if (!session.wasAdmitted()) {
            return NOT_ESTABLISHED;
        }
        return switch (session.direction()) {
            case INBOUND -> PERMISSIVE;
            case OUTBOUND -> session.service() == null ? NOT_IN_MESH : NO_SIDECAR;
        };
    }

    /** Returns the reason as written in metrics. */
    String text() {
        return text;
    }
}
