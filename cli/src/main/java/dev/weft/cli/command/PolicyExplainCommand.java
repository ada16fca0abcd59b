package dev.weft.cli.command;

import dev.weft.cli.explain.Answer;
import dev.weft.cli.explain.MeshQuestions;
import dev.weft.cli.explain.OutsideAnswer;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.screen.Screen;
import dev.weft.control.explain.Questions;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "explain",
        description = "Explain whether A may call B, in the mesh or outside, by the code that the sidecars run.",
        footer = {
            "  weft policy explain --from shop/web --to shop/api:8080",
            "  weft policy explain --from batch --to api:80               # by the Service's port",
            "  weft policy explain -n shop --from web --to api:8080       # both in that namespace",
            "  weft policy explain --from unauthenticated --to shop/api:8080",
            "  weft policy explain --from spiffe://other.example/ns/x/sa/y --to api:8080 --file shop.yaml",
            "  weft policy explain --from web --to api:80 --method GET --path /orders/7",
            "  weft policy explain --from web --to api:80 --grpc shop.v1.Orders/Get",
            "  weft policy explain --from shop/web-1 --to shop/api:80 --cluster",
            "  weft policy explain --egress --from shop/api --to api.bank.example:443",
            "  weft policy explain --egress --from shop/api --to 10.20.0.7:5432",
            "",
            "Exits 0 when the call is allowed, 1 when it is refused or depends on something that was not given.",
        })
public final class PolicyExplainCommand extends SessionCommand {

    @Option(
            names = "--from",
            required = true,
            paramLabel = "A",
            description = "a workload, a SPIFFE ID, or unauthenticated")
    private String from = "";

    @Option(
            names = "--to",
            required = true,
            paramLabel = "B:PORT",
            description = "a workload and its port, or a Service and its port; with --egress an address or a host")
    private String to = "";

    @Option(
            names = "--address",
            paramLabel = "IP",
            converter = ToAddress.class,
            description = "where the call comes from, for policies with a cidr. Default: A's own address. "
                    + "With --egress: the address that the host has.")
    private @Nullable InetAddress address;

    @Option(names = "--egress", description = "may A call B outside of the mesh, by EgressPolicies (docs/egress.md)")
    private boolean egress;

    @Mixin
    private RequestOption request = new RequestOption();

    @Mixin
    private FileOrMeshOption mesh = new FileOrMeshOption();

    @Mixin
    private NamespaceOption namespace = new NamespaceOption();

    @Mixin
    private OutputOption output = new OutputOption();

    PolicyExplainCommand(Session session) {
        super(session);
    }

    static final class ToAddress implements ITypeConverter<InetAddress> {

        @Override
        public InetAddress convert(String given) {
            try {
                return InetAddress.ofLiteral(given);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("'" + given + "' (expected: an IPv4 or IPv6 address)");
            }
        }
    }

    @Override
    public Integer call() throws IOException {
        try (MeshQuestions questions = mesh.questions(session)) {
            return egress ? outside(questions) : inside(questions);
        }
    }

    private int inside(MeshQuestions questions) {
        String caller = from.equals(Questions.UNAUTHENTICATED) ? from : namespace.qualified(from);
        List<Answer> answers = Answer.of(caller, namespace.qualified(to), address, request.request(), questions);
        Screen screen = session.screen();
        output.print(screen, answers, () -> AnswerText.print(screen, answers));
        return answers.stream().allMatch(Answer::allowed) ? ExitCode.OK : ExitCode.FAILED;
    }

    private int outside(MeshQuestions questions) {
        if (request.saysMoreThanTheHost()) {
            throw CommandFailure.usage(
                    "--egress is about an address and a host, not about a request",
                    "leave out --method, --path, --header and --grpc");
        }
        OutsideAnswer answer =
                OutsideAnswer.of(namespace.qualified(from), OutsideName.parse(to, request.host(), address), questions);
        Screen screen = session.screen();
        output.print(screen, answer, () -> OutsideText.print(screen, answer));
        return answer.allowed() ? ExitCode.OK : ExitCode.FAILED;
    }
}
