package dev.weft.cli.command;

import dev.weft.cli.explain.Answer;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import dev.weft.cli.screen.Table;
import dev.weft.cli.screen.Table.Cell;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.local.inspect.MeshHandle;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.policy.explain.Step;
import dev.weft.policy.model.DefaultDecision;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
            "",
            "Exits 0 when the call is allowed, 1 when it is refused.",
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

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "a mesh file to ask about, up or not. Default: the one of the mesh that is up.")
    private @Nullable Path file;

    @Option(
            names = "--trust-domain",
            paramLabel = "DOMAIN",
            defaultValue = "cluster.local",
            description = "with --file: the trust domain of its identities. Default: ${DEFAULT-VALUE}.")
    private String trustDomain = "cluster.local";

    @Mixin
    private MeshOption meshOption = new MeshOption();

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
        List<Answer> answers;
        if (file != null) {
            Snapshot snapshot = MeshFiles.read(file, Optional.empty());
            answers = Answer.of(caller, called, address, snapshot, TrustDomain.parse(trustDomain));
        } else {
            MeshHandle mesh = meshOption.mesh(session);
            Snapshot snapshot = MeshFiles.read(
                    Path.of(mesh.record().file()), Optional.of(mesh.state().addresses()));
            answers = Answer.of(
                    caller,
                    called,
                    address,
                    snapshot,
                    TrustDomain.parse(mesh.record().trustDomain()));
        }
        Screen screen = session.screen();
        output.format().print(screen, answers, () -> print(screen, answers));
        return answers.stream().allMatch(Answer::allowed) ? ExitCode.OK : ExitCode.FAILED;
    }

    static void print(Screen screen, List<Answer> answers) {
        for (int i = 0; i < answers.size(); i++) {
            if (i > 0) {
                screen.line("");
            }
            print(screen, answers.get(i));
        }
    }

    private static void print(Screen screen, Answer answer) {
        String verdict = answer.allowed() ? screen.paint(Style.GOOD, "allowed") : screen.paint(Style.BAD, "refused");
        String via = answer.via() == null ? "" : " (by " + answer.via() + ")";
        String code = answer.code() == null ? "" : " (" + answer.code() + ")";
        screen.line(screen.paint(Style.NAME, answer.from()) + " → "
                + screen.paint(Style.NAME, answer.to() + ":" + answer.port()) + via + ": " + verdict + code);
        screen.line("  " + answer.reason());
        if (answer.identity() != null && !answer.from().equals(answer.identity())) {
            screen.line("  " + answer.from() + " is " + answer.identity());
        }
        answer.audited().forEach(policy -> screen.line("  recorded by the Audit policy " + policy));
        if (answer.defaultDecision() == null) {
            return;
        }
        screen.line("");
        Table table = new Table()
                .column("POLICY")
                .column("ACTION")
                .column("PORT")
                .column("CALLER")
                .givingWay("BECAUSE");
        answer.steps().forEach(step -> row(table, step));
        table.row(
                "(default)",
                "-",
                "-",
                "-",
                "where no Allow policy selects the port: " + inWords(answer.defaultDecision()));
        screen.table(table);
    }

    private static String inWords(DefaultDecision decision) {
        return switch (decision) {
            case AUTHENTICATED -> "whoever has an identity";
            case DENY -> "nobody";
            case ANYONE -> "anyone";
        };
    }

    private static void row(Table table, Step step) {
        boolean counts = step.selectsPort() && step.matches();
        String because = step.action() == null
                ? "not understood, so it denies: " + String.join("; ", step.because())
                : (step.matches() ? "" : "asks for ") + String.join(", or ", step.because());
        table.row(
                new Cell(step.policy(), counts ? Style.STRONG : Style.PLAIN),
                step.action() == null ? "?" : step.action().name().toLowerCase(Locale.ROOT),
                step.selectsPort() ? "yes" : "no",
                step.matches() ? "matches" : "no",
                because);
    }
}
