package dev.weft.bench.registry;

/**
 * The size of a mesh.
 *
 * @param heapMib heap of the control plane's JVM in MiB, with all streams
 */
public record MeshSize(int workloads, int heapMib) {
    /** Workloads of one Service; they share a service account. */
    static final int REPLICAS = 10;
    /** Policies for the workloads of each Service. */
    static final int POLICIES = 5;
    /** Services of one namespace. */
    static final int SERVICES_PER_NAMESPACE = 20;
    /** Most sidecars with a stream. A larger mesh would have several control planes. */
    static final int MAX_STREAMS = 10_000;
    /** Number of Services that each sidecar calls. */
    static final int CALLED = 5;
    /** Number of endpoints of the one large Service, which exists besides the others. */
    static final int LARGE = 5_000;
    /** Number of sidecars that call the large Service. */
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

    /** Returns the number of Services that no sidecar calls. They come first. */
    int uncalled() {
        return services() / 10;
    }
}
