package dev.weft.local.launch;

import static java.util.Objects.requireNonNull;

import dev.weft.identity.issue.Issuer;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * The anchors and the issuer of a mesh, if the user supplies them.
 *
 * @param anchors the anchor certificates; their private keys are not needed here
 * @param issuer issuer of the mesh's trust domain, signed by one of the anchors
 * @param directory directory in which another program keeps the issuer and replaces it; empty if there is none
 */
public record GivenIssuer(List<X509Certificate> anchors, Issuer issuer, Optional<Path> directory) {

    public GivenIssuer {
        anchors = List.copyOf(anchors);
        requireNonNull(issuer, "issuer");
        directory = directory.map(path -> path.toAbsolutePath().normalize());
    }
}
