package dev.weft.proxy;

import dev.weft.proxy.mesh.Hint;
import dev.weft.proxy.mesh.Route;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** A mesh in which a destination of web's has several applications behind api's sidecar, which are said to speak HTTP/1.1. */
final class BalancedMesh implements AutoCloseable {
    final MeshFixture mesh;
    private final List<HttpApplication> applications;

    BalancedMesh(HttpApplication... applications) throws IOException {
        this(applications, new String[0]);
    }

    /** With further flags for each workload. */
    BalancedMesh(HttpApplication[] applications, String... flags) throws IOException {
        this.applications = List.of(applications);
        this.mesh = new MeshFixture(applications[0].address(), flags);
        route(true, addresses());
    }

    private InetSocketAddress[] addresses() {
        return applications.stream().map(HttpApplication::address).toArray(InetSocketAddress[]::new);
    }

    /** All applications, which are said to speak this. */
    void route(Hint hint) {
        route(true, hint, addresses());
    }

    /** As endpoints in the mesh, or outside of it. */
    void route(boolean meshed, InetSocketAddress... addresses) {
        route(meshed, Hint.HTTP1, addresses);
    }

    /** The same, with what all of them are said to speak. */
    void route(boolean meshed, Hint hint, InetSocketAddress... addresses) {
        List<Route.Endpoint> endpoints = new ArrayList<>();
        for (InetSocketAddress address : addresses) {
            endpoints.add(new Route.Endpoint(
                    address, meshed ? mesh.authority.id("api") : null, meshed ? mesh.tunnelPort() : 0, 1, hint));
        }
        mesh.route(new Route.ToEndpoints(endpoints, null, "shop/api"));
    }

    HttpCaller caller() throws IOException {
        return new HttpCaller(mesh);
    }

    @Override
    public void close() throws IOException {
        mesh.close();
        applications.forEach(HttpApplication::close);
    }
}
