package dev.weft.proxy;

import dev.weft.api.v1.FieldChange;
import dev.weft.api.v1.RequestRoutes;
import dev.weft.api.v1.RouteBackend;
import dev.weft.api.v1.RouteMatch;
import dev.weft.api.v1.RouteRule;
import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.mesh.Hint;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.route.RequestTable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** A mesh in which the requests to a destination of web's go by routes, to backends behind api's sidecar. */
final class RoutedMesh implements AutoCloseable {
    final MeshFixture mesh;
    private Hint hint = Hint.NONE;

    /** The destination itself has one endpoint; with further flags for each workload. */
    RoutedMesh(InetSocketAddress own, String... flags) throws IOException {
        this.mesh = new MeshFixture(own, flags);
    }

    /** What all endpoints are said to speak from now on. */
    RoutedMesh speaking(Hint all) {
        hint = all;
        return this;
    }

    /** The control plane says this of the destination. */
    void routes(RequestRoutes.Builder routes) {
        mesh.route(new Route.ToEndpoints(List.of(endpoint(mesh.application)), RequestTable.fromProto(routes.build())));
    }

    Route.Endpoint endpoint(InetSocketAddress application) {
        return new Route.Endpoint(application, mesh.authority.id("api"), mesh.tunnelPort(), 1, hint);
    }

    /** A Service of these, as a backend with weight 1. */
    RouteBackend.Builder backend(int number, InetSocketAddress... applications) {
        List<Route.Endpoint> endpoints = new ArrayList<>();
        for (InetSocketAddress application : applications) {
            endpoints.add(endpoint(application));
        }
        String address = HostPort.text(address(number));
        mesh.web.directory().update("destination/" + address, new Route.ToEndpoints(endpoints));
        return RouteBackend.newBuilder()
                .setService("shop/backend-" + number)
                .setAddress(address)
                .setWeight(1);
    }

    static InetSocketAddress address(int number) {
        return new InetSocketAddress(InetAddress.ofLiteral("10.96.1." + number), 80);
    }

    /** The destination itself, as a backend with weight 1. */
    static RouteBackend.Builder self() {
        return RouteBackend.newBuilder()
                .setService("shop/api")
                .setAddress(HostPort.text(MeshFixture.SERVICE))
                .setWeight(1);
    }

    static RouteMatch.Builder any() {
        return RouteMatch.newBuilder();
    }

    static RouteMatch.Builder prefix(String prefix) {
        return RouteMatch.newBuilder().setPathPrefix(prefix);
    }

    /** A rule with these backends. */
    static RouteRule.Builder to(RouteBackend.Builder... backends) {
        RouteRule.Builder rule = RouteRule.newBuilder().setName("HTTPRoute shop/api rule 1");
        for (RouteBackend.Builder backend : backends) {
            rule.addBackends(backend);
        }
        return rule;
    }

    static FieldChange change(FieldChange.Kind kind, String name, String value) {
        return FieldChange.newBuilder()
                .setKind(kind)
                .setName(name)
                .setValue(value)
                .build();
    }

    HttpCaller caller() throws IOException {
        return new HttpCaller(mesh);
    }

    @Override
    public void close() throws IOException {
        mesh.close();
    }
}
