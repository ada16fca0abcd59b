package dev.weft.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Endpoints;
import dev.weft.api.v1.Hello;
import dev.weft.api.v1.Protocol;
import dev.weft.api.v1.WatchRequest;
import dev.weft.control.directory.Directory;
import dev.weft.control.directory.DirectoryService;
import dev.weft.control.directory.PortRouting;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Service;
import dev.weft.mesh.route.HeadChanges;
import dev.weft.mesh.route.Match;
import dev.weft.mesh.route.PortRoutes;
import dev.weft.mesh.route.RouteKind;
import dev.weft.mesh.route.RouteName;
import dev.weft.mesh.route.Rule;
import dev.weft.mesh.route.Timeouts;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sidecar says whether it knows routes, and is told of them only if it does. */
final class RoutesOfStreamsTest {

    private static final String API = "destination/10.96.0.1:80";
    private static final Map<String, SpiffeId> WEB = Map.of("shop/web", TestPlane.WEB);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void onlyASidecarThatKnowsRoutesIsToldOfThem() throws Exception {
        try (TestPlane plane = TestPlane.start(directory.resolve("state"));
                TestClient client = TestClient.of(plane, plane.svid(TestPlane.WEB, Duration.ofHours(1)))) {
            plane.publish(WEB, routed("/a"));
            assertThat(told(client, "routes").getRoutes().getMatches(0).getPathPrefix())
                    .isEqualTo("/a");
            Endpoints without = told(client, "request-rules");
            assertThat(without.hasRoutes()).isFalse();
            assertThat(without.getService()).isEqualTo("shop/api");
        }
    }

    private static Endpoints told(TestClient client, String capability) throws Exception {
        TestWatch watch = client.watch();
        watch.send(WatchRequest.newBuilder()
                .setHello(Hello.newBuilder().setWorkload("shop/web").addCapabilities(capability))
                .build());
        watch.next();
        watch.subscribe(API);
        return watch.next().getResources(0).getDestination().getEndpoints();
    }

    private static Directory routed(String prefix) {
        Match match = new Match(new Match.PathMatch.Prefix(prefix), null, List.of(), List.of());
        Rule rule = new Rule(
                null,
                List.of(match),
                List.of(),
                HeadChanges.NONE,
                Optional.empty(),
                List.of(),
                Timeouts.NONE,
                Optional.empty());
        PortRoutes routes = new PortRoutes(
                List.of(new PortRoutes.Ranked(match, 0)),
                List.of(new PortRoutes.Placed(new RouteName(RouteKind.HTTP, new ObjectName("shop", "r")), 1, rule)),
                List.of(),
                List.of());
        return Directory.of(
                List.of(),
                List.of(new DirectoryService(
                        "shop",
                        "api",
                        Map.of("app", "api"),
                        List.of(InetAddress.ofLiteral("10.96.0.1")),
                        List.of(new DirectoryService.Port(
                                80,
                                new Service.TargetPort.Numbered(8080),
                                Protocol.PROTOCOL_UNSPECIFIED,
                                Optional.of(new PortRouting(routes, Map.of())))))));
    }
}
