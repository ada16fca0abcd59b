package dev.weft.control;

import dev.weft.control.admin.MetricsService;
import dev.weft.control.explain.QuestionService;
import dev.weft.control.join.JoinService;
import dev.weft.control.observe.ObservationService;
import dev.weft.control.observe.OtherObservers;
import dev.weft.control.operator.LeaderOnly;
import dev.weft.control.operator.OperatorServer;
import dev.weft.control.replica.ReplicaClient;
import dev.weft.control.revoke.OperatorServices;
import dev.weft.control.rotate.TrustOperatorService;
import dev.weft.control.server.ControlServer;
import dev.weft.control.view.ViewServer;
import dev.weft.daemon.metrics.Metrics;
import io.grpc.BindableService;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;

/** The operators' services, and where they are served: the socket in the state directory, and the port for viewers. */
final class Operators {

    private final List<BindableService> services;
    private final LeaderOnly leader;
    private final Path stateDirectory;

    /** Creates the services over these parts of a control plane, which must be running when the services are served. */
    Operators(
            Authority authority,
            Knowledge knowledge,
            ControlServer server,
            ReplicaClient replicas,
            TrustOperatorService trustOperator,
            ControlSettings settings,
            Metrics metrics,
            Clock clock) {
        this.leader = new LeaderOnly(authority.state().leadership());
        this.stateDirectory = settings.stateDirectory();
        Stream<BindableService> first = Stream.of(
                new JoinService(
                        authority.tokens(),
                        authority.machines(),
                        authority.trust(),
                        authority.audit(),
                        new JoinableMesh(settings, server, knowledge.mesh()),
                        clock),
                trustOperator,
                knowledge.federation().operatorService(),
                new MetricsService(metrics),
                new ObservationService(knowledge.mesh(), new OtherObservers(replicas::connections)),
                new QuestionService(knowledge.mesh()::objects, () -> authority.known(settings.trustDomain())));
        OperatorServices revocation = new OperatorServices(
                ControlServer.identity(settings.trustDomain()),
                knowledge.objects(),
                knowledge.source()::objects,
                authority.trust(),
                knowledge.federation()::followed,
                knowledge.peering()::link,
                knowledge.mesh(),
                authority.issuer()::usable,
                server::svid,
                authority.audit(),
                clock);
        this.services = Stream.concat(first, revocation.all().stream()).toList();
    }

    /**
     * Serves all services on the socket in the state directory.
     *
     * @throws IOException if the socket cannot be created
     */
    OperatorServer serve() throws IOException {
        return OperatorServer.start(stateDirectory, services, leader);
    }

    /**
     * Serves the services that only read, on the port for viewers.
     *
     * @throws IOException if the port cannot be listened on
     */
    ViewServer serve(Home.Views views) throws IOException {
        return ViewServer.start(views.port(), services, views.viewers(), leader);
    }
}
