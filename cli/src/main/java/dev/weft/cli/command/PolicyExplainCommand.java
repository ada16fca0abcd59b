package dev.weft.cli.command;

import dev.weft.cli.command.AskedMeshOption.AskedMesh;
import dev.weft.cli.explain.Answer;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.screen.Screen;
import dev.weft.policy.request.HttpRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code weft policy explain}: may A call B, and why. */
@Command(
        name = "explain",
        description = "May A call B, and why: decided by the code that the sidecars run.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  weft policy explain --from shop/web --to shop/api:8080",
            "  weft policy explain --from batch --to api:80               # by the Service's port",
            "  weft policy explain -n shop --from web --to api:8080       # both in that namespace",
            "  weft policy explain --from unauthenticated --to shop/api:8080",
            "  weft policy explain --from spiffe://other.example/ns/x/sa/y --to api:8080 --file shop.yaml",
            "  weft policy explain --from web --to api:80 --method GET --path /orders/7",
            "  weft policy explain --from web --to api:80 --grpc shop.v1.Orders/Get",
            "",
            "Exits 0 when the call is allowed, 1 when it is refused or depends on a request that is not given.",
        })
public final class PolicyExplainCommand implements Callable<Integer> {

    private final Session session;

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
            description = "a workload and its port, or a Service and its port")
    private String to = "";

    @Option(
            names = "--address",
            paramLabel = "IP",
            converter = ToAddress.class,
            description = "where the call comes from, for policies with a cidr. Default: A's own address.")
    private @Nullable InetAddress address;

    @Mixin
    private RequestOption request = new RequestOption();

    @Mixin
    private AskedMeshOption mesh = new AskedMeshOption();

    @Mixin
    private NamespaceOption namespace = new NamespaceOption();

    @Mixin
    private OutputOption output = new OutputOption();

    PolicyExplainCommand(Session session) {
        this.session = session;
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
        String caller = from.equals(Answer.UNAUTHENTICATED) ? from : namespace.qualified(from);
        String called = namespace.qualified(to);
        HttpRequest asked = request.request();
        AskedMesh about = mesh.mesh(session);
        List<Answer> answers = Answer.of(caller, called, address, asked, about.objects(), about.trustDomain());
        Screen screen = session.screen();
        output.format().print(screen, answers, () -> print(screen, answers));
        return answers.stream().allMatch(Answer::allowed) ? ExitCode.OK : ExitCode.FAILED;
    }

    static void print(Screen screen, List<Answer> answers) {
        for (int i = 0; i < answers.size(); i++) {
            if (i > 0) {
                screen.line("");
            }
            AnswerText.print(screen, answers.get(i));
        }
    }
}
