package dev.weft.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.OutsideAuthority;
import dev.weft.e2e.mesh.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody else keeps the issuer in the secret {@code weft-issuer}, as cert-manager does, and comes to another root. */
final class OutsideIssuerTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private boolean following;

    /** Other classes rotate by commands that sign. */
    @AfterEach
    void ownIssuer() throws Exception {
        if (following) {
            Cluster.install("--keep-issuer");
            Cluster.awaitControlPlane();
        }
    }

    @Test
    void theMeshFollowsThePairUnderTheAnchorThatWasPublishedAndNoRequestFails() throws Exception {
        Cluster.installed();
        following = true;
        Cluster.install("--keep-issuer", "--follow-issuer");
        Cluster.awaitControlPlane();
        OutsideAuthority authority = new OutsideAuthority(directory);
        authority.root("next");
        authority.issuer("next", "mesh");
        try (Load load = Load.begin()) {
            try (Rotating rotation =
                    Rotating.begin("--anchor", authority.certificate("next").toString())) {
                Eventually.within(
                        SOON,
                        () -> assertThat(rotation.object("{.status.conditions[?(@.type==\"Blocked\")].message}"))
                                .contains("WEFT-C115"));
                Cluster.apply(Cluster.kubectl(
                                "create",
                                "secret",
                                "generic",
                                "weft-issuer",
                                "-n",
                                Leader.NAMESPACE,
                                "--type=kubernetes.io/tls",
                                "--from-file=tls.crt=" + authority.certificate("mesh"),
                                "--from-file=tls.key=" + authority.key("mesh"),
                                "--from-file=ca.crt=" + authority.certificate("next"),
                                "--dry-run=client",
                                "-o",
                                "yaml")
                        .ok()
                        .out());
                rotation.awaitEnd();
            }
            load.goesOn();
        }
    }
}
