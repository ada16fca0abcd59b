package dev.weft.cli.command;

import dev.weft.api.v1.ListRoutesRequest;
import dev.weft.api.v1.RoutedRequest;
import dev.weft.cli.explain.MeshQuestions;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.route.PortDocument;
import dev.weft.cli.route.PortText;
import dev.weft.cli.screen.Screen;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "routes",
        description = "Show where requests to Services go: by which routes, and which one a request takes.",
        footer = {
            "  weft routes                                # of every Service that has routes",
            "  weft routes shop/api                       # in the order in which they are tried",
            "  weft routes shop/api:80 --method GET --path '/orders?kind=new' --header x-canary=yes",
            "  weft routes orders --grpc shop.v1.Orders/Search",
            "  weft routes -n shop --cluster -o json | jq '.[].matches[].backends'",
            "",
            "Exits 0; exits 1 if the given request fits no match of a port and is answered with 404.",
        })
public final class RoutesCommand extends SessionCommand {

    @Parameters(
            arity = "0..1",
            paramLabel = "SERVICE[:PORT]",
            description = "namespace/name, or name when it is unique. Default: every Service with routes.")
    private @Nullable String service;

    @Mixin
    private RequestOption request = new RequestOption();

    @Mixin
    private FileOrMeshOption mesh = new FileOrMeshOption();

    @Mixin
    private NamespaceOption namespace = new NamespaceOption();

    @Mixin
    private OutputOption output = new OutputOption();

    public RoutesCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws IOException {
        Optional<RoutedRequest> requested = request.routed();
        ListRoutesRequest.Builder question = ListRoutesRequest.newBuilder().setNamespace(namespace.given());
        requested.ifPresent(question::setRequest);
        if (service != null) {
            named(service, question);
        }
        List<PortDocument> ports;
        try (MeshQuestions questions = mesh.questions(session)) {
            ports = questions.routes(question.build()).stream()
                    .map(PortDocument::of)
                    .toList();
        }
        Screen screen = session.screen();
        output.print(
                screen,
                ports,
                () -> print(
                        screen,
                        ports,
                        requested
                                .map(each -> each.getMethod() + " " + each.getTarget())
                                .orElse("")));
        return requested.isEmpty() || ports.stream().allMatch(PortDocument::leadsSomewhere)
                ? ExitCode.OK
                : ExitCode.FAILED;
    }

    private void named(String given, ListRoutesRequest.Builder question) {
        int colon = given.lastIndexOf(':');
        if (colon >= 0) {
            int port = OutsideName.port(given.substring(colon + 1));
            if (port == 0) {
                throw CommandFailure.usage(
                        given + " (expected: SERVICE or SERVICE:PORT, such as shop/api:80)",
                        "see 'weft routes --help'");
            }
            question.setPort(port);
        }
        question.setService(namespace.qualified(colon < 0 ? given : given.substring(0, colon)));
    }

    private void print(Screen screen, List<PortDocument> ports, String requested) {
        if (ports.isEmpty()) {
            screen.line("no Service"
                    + (namespace.isGiven() ? " of namespace " + namespace.given() : "")
                    + " has routes: requests go to the endpoints of the Service that is called");
            return;
        }
        for (int i = 0; i < ports.size(); i++) {
            if (i > 0) {
                screen.line("");
            }
            PortText.print(screen, ports.get(i), requested);
        }
    }
}
