package dev.weft.kubernetes.install;

/** By what Service others outside of the cluster reach its control plane. */
public enum PeeringService {
    /** By none. */
    NONE("none"),
    /** By an address of the cluster's own, where networks are flat. */
    CLUSTER_IP("ClusterIP"),
    /** By a port of every node. */
    NODE_PORT("NodePort"),
    /** By an address that the platform gives. */
    LOAD_BALANCER("LoadBalancer");

    private final String word;

    PeeringService(String word) {
        this.word = word;
    }

    /** As it is typed, and as Kubernetes names the type of the Service. */
    public String word() {
        return word;
    }
}
