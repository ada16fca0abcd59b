package dev.weft.kubernetes.install;

/** The Service by which other meshes reach the control plane from outside of the cluster. */
public enum PeeringService {
    NONE("none"),
    /** An address of the cluster, for flat networks. */
    CLUSTER_IP("ClusterIP"),
    /** A port of every node. */
    NODE_PORT("NodePort"),
    /** An address that the platform assigns. */
    LOAD_BALANCER("LoadBalancer");

    private final String word;

    PeeringService(String word) {
        this.word = word;
    }

    /** Returns the word on the command line, which is also the type of the Service in Kubernetes. */
    public String word() {
        return word;
    }
}
