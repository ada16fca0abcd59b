package dev.weft.mesh.route;

/** The kinds of routes of the Gateway API that the mesh supports. */
public enum RouteKind {
    HTTP("HTTPRoute", "httproutes"),
    GRPC("GRPCRoute", "grpcroutes");

    /** The API group of both kinds. */
    public static final String GROUP = "gateway.networking.k8s.io";

    /** The API version of both kinds. */
    public static final String VERSION = "v1";

    private final String kindName;
    private final String plural;

    RouteKind(String word, String plural) {
        this.kindName = word;
        this.plural = plural;
    }

    /** Returns the kind's name in objects, such as {@code HTTPRoute}. */
    public String kindName() {
        return kindName;
    }

    /** Returns the kind's plural name in URLs, such as {@code httproutes}. */
    public String plural() {
        return plural;
    }
}
