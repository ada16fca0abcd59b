package dev.weft.control.state;

import dev.weft.daemon.files.PrivateFiles;
import dev.weft.files.state.CheckedFiles;
import dev.weft.files.state.SealedFile;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.keys.Pem;
import dev.weft.mesh.state.StateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Stores the anchors and the issuer in files: {@code anchor.pem}, {@code issuer.pem} and {@code issuer-key.pem}. The
 * issuer's two files are replaced as one: both contents are first written to a third file, and the next process
 * completes a replacement that was interrupted.
 */
record AuthorityFiles(Path directory) implements AuthorityStorage {

    private static final int MAX_FILE = 256 * 1024;

    Path anchorFile() {
        return directory.resolve("anchor.pem");
    }

    private Path chainFile() {
        return directory.resolve("issuer.pem");
    }

    private Path keyFile() {
        return directory.resolve("issuer-key.pem");
    }

    private Path journal() {
        return journalFile().path();
    }

    private SealedFile journalFile() {
        return SealedFile.optional(directory, "installing.json", MAX_FILE, PrivateFiles.PRIVATE);
    }

    @Override
    public Pieces pieces() {
        List<Path> files = List.of(anchorFile(), chainFile(), keyFile());
        return new Pieces(names(files.stream()), names(files.stream().filter(Files::notExists)));
    }

    private static List<String> names(Stream<Path> files) {
        return files.map(Path::toString).toList();
    }

    @Override
    public boolean hasIssuer() {
        return Files.exists(chainFile()) || Files.exists(keyFile()) || Files.exists(journal());
    }

    @Override
    public Optional<String> anchors() throws IOException {
        try {
            return Optional.of(CheckedFiles.readPublic(anchorFile(), MAX_FILE));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    @Override
    public IssuerText issuer() throws IOException {
        return new IssuerText(
                CheckedFiles.readPublic(chainFile(), MAX_FILE), CheckedFiles.readPrivate(keyFile(), MAX_FILE));
    }

    @Override
    public void install(Issuer issuer) throws IOException {
        journalFile().write(IssuerText.of(issuer).print());
        recover();
    }

    @Override
    public void recover() throws IOException {
        IssuerText both;
        try {
            both = journalFile().read(this::pair);
        } catch (NoSuchFileException _) {
            return;
        }
        PrivateFiles.replace(keyFile(), both.key(), PrivateFiles.PRIVATE);
        PrivateFiles.replace(chainFile(), both.chain(), PrivateFiles.PUBLIC);
        Files.delete(journal());
        PrivateFiles.sync(directory);
    }

    private IssuerText pair(String text) {
        try {
            return IssuerText.parse(text);
        } catch (IllegalArgumentException e) {
            throw new StateException(
                    journal() + " is damaged: delete it if issuer.pem and issuer-key.pem are a pair", e);
        }
    }

    @Override
    public void writeAnchors(List<X509Certificate> anchors) throws IOException {
        PrivateFiles.replace(anchorFile(), Pem.encodeCertificates(anchors), PrivateFiles.PUBLIC);
    }

    @Override
    public String whereAnchorsAre() {
        return anchorFile().toString();
    }
}
