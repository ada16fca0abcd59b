package dev.weft.cli.command;

import dev.weft.cli.mesh.CertificateChain;
import dev.weft.cli.mesh.Member;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.mesh.Operator;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "identity",
        description = "Show a workload's identity and the certificate chain of its sidecar.",
        footer = {
            "  weft identity shop/api",
            "  weft identity shop/api-7d4b9 --cluster       # of a pod",
            "  weft identity shop/api -o json | jq -r .chainPem | openssl x509 -noout -text",
        })
public final class IdentityCommand extends SessionCommand {

    @Parameters(paramLabel = "WORKLOAD", description = "namespace/name, or name when it is unique.")
    private String workload = "";

    @Mixin
    private MeshOrClusterOption meshOption = new MeshOrClusterOption();

    @Mixin
    private NamespaceOption namespace = new NamespaceOption();

    @Mixin
    private OutputOption output = new OutputOption();

    @Mixin
    private WatchOption watch = new WatchOption();

    public IdentityCommand(Session session) {
        super(session);
    }

    /**
     * The document of {@code -o json}.
     *
     * @param serialNumber hexadecimal
     * @param dnsNames names in the leaf besides the SPIFFE ID: always empty, as the standard requires
     * @param chainPem leaf first
     */
    record Document(
            String workload,
            String spiffeId,
            String trustDomain,
            String serialNumber,
            Instant notBefore,
            Instant notAfter,
            String issuer,
            String keyType,
            List<String> dnsNames,
            List<CertificateChain.Link> chain,
            String chainPem) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        return watch.run(session, this::once);
    }

    private int once(Session session) throws IOException {
        Mesh mesh = meshOption.mesh(session);
        Member member = Workloads.requireMeshed(Workloads.find(session, mesh, namespace, workload));
        CertificateChain chain =
                CertificateChain.parse(mesh.sidecar(member, Operator.PATIENCE).certificate());
        CertificateChain.Link leaf = chain.links().getFirst();
        Document document = new Document(
                member.workload(),
                chain.spiffeId(),
                chain.trustDomain(),
                leaf.serialNumber(),
                leaf.notBefore(),
                leaf.notAfter(),
                leaf.issuer(),
                leaf.keyType(),
                chain.dnsNames(),
                chain.links(),
                chain.pem());
        Instant now = session.clock().instant();
        output.print(session.screen(), document, () -> print(session.screen(), document, now));
        return 0;
    }

    static void print(Screen screen, Document document, Instant now) {
        screen.line(screen.paint(Style.NAME, document.workload()) + " is "
                + screen.paint(Style.STRONG, document.spiffeId()));
        screen.line("");
        for (int i = 0; i < document.chain().size(); i++) {
            CertificateChain.Link link = document.chain().get(i);
            boolean ended = !link.notAfter().isAfter(now);
            field(screen, i == 0 ? "certificate" : "issuer", link.subject());
            field(screen, "serial number", link.serialNumber());
            field(screen, "key", link.keyType());
            field(
                    screen,
                    "valid",
                    link.notBefore() + " to " + link.notAfter() + ", "
                            + screen.paint(
                                    ended ? Style.BAD : Style.GOOD,
                                    (ended ? "ended " : "ends ") + Human.relative(link.notAfter(), now)));
            field(screen, "signed by", link.issuer());
            screen.line("");
        }
        screen.line("The chain ends at a trust anchor that the sidecars hold; -o json has it as PEM.");
    }

    private static void field(Screen screen, String name, String value) {
        screen.line("  " + screen.paint(Style.FAINT, String.format("%-14s", name)) + value);
    }
}
