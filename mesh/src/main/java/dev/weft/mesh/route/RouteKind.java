package dev.weft.mesh.route;

/** The kinds of routes of the Gateway API that a mesh obeys. */
public enum RouteKind {
    HTTP("HTTPRoute", "httproutes"),
    GRPC("GRPCRoute", "grpcroutes");

    /** The API group of both. */
    public static final String GROUP = "gateway.networking.k8s.io";

    /** The version of both. */
    public static final String VERSION = "v1";

    private final String word;
    private final String plural;

    RouteKind(String word, String plural) {
        this.word = word;
        this.plural = plural;
    }

    /** As {@code HTTPRoute}. */
    public String word() {
        return word;
    }

    /** As {@code httproutes}. */
    public String plural() {
        return plural;
    }
}
