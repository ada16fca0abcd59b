package dev.weft.control.state;

import dev.weft.files.state.StateFiles;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.keys.IssuerKeys;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.TrustDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** The issuer that a rotation takes out of use, with its key, in {@code former/}, until there is no way back to it. */
public final class FormerIssuer {

    private static final int MAX_FILE = 256 * 1024;

    private final Path directory;
    private final TrustDomain trustDomain;

    FormerIssuer(Path directory, TrustDomain trustDomain) {
        this.directory = directory;
        this.trustDomain = trustDomain;
    }

    /** Keeps this one, and no other. */
    public void keep(Issuer issuer) throws IOException {
        StateFiles.createDirectory(directory);
        StateFiles.write(keyFile(), Pem.encodePrivateKey(issuer.key()), StateFiles.PRIVATE);
        StateFiles.write(chainFile(), Pem.encodeCertificates(issuer.chain()), StateFiles.PUBLIC);
    }

    /** The one kept. */
    public Optional<Issuer> load() throws IOException {
        try {
            return Optional.of(Issuer.load(
                    trustDomain,
                    Pem.decodeCertificates(StateFiles.readPublic(chainFile(), MAX_FILE)),
                    IssuerKeys.decode(StateFiles.readPrivate(keyFile(), MAX_FILE))));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /** Deletes it. */
    public void forget() throws IOException {
        Files.deleteIfExists(keyFile());
        Files.deleteIfExists(chainFile());
    }

    private Path keyFile() {
        return directory.resolve("issuer-key.pem");
    }

    private Path chainFile() {
        return directory.resolve("issuer.pem");
    }
}
