package dev.weft.bench.registry;

/**
 * How large a mesh is.
 *
 * @param workloads as many
 * @param heapMib heap of the control plane's JVM, with all of its streams
 */
public record MeshSize(int workloads, int heapMib) {
    /** Workloads of one Service, with a service account of their own. */
    static final int REPLICAS = 10;
    /** Policies about the workloads of each Service. */
    static final int POLICIES = 5;
    /** Services of one namespace. */
    static final int SERVICES_PER_NAMESPACE = 20;
    /** Most sidecars with a stream: a larger mesh has several control planes. */
    static final int MAX_STREAMS = 10_000;
    /** Services that each sidecar calls. */
    static final int CALLED = 5;
    /** Endpoints of the one large Service, beside the others. */
    static final int LARGE = 5_000;
    /** Sidecars that call the large one. */
    static final int CALLERS_OF_LARGE = 100;

    int services() {
        return workloads / REPLICAS;
    }

    int policies() {
        return services() * POLICIES;
    }

    int streams() {
        return Math.min(workloads, MAX_STREAMS);
    }

    /** Services that no sidecar calls: the first of all. */
    int uncalled() {
        return services() / 10;
    }
}
