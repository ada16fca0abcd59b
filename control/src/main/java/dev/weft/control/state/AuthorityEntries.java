package dev.weft.control.state;

import dev.weft.identity.issue.Issuer;
import dev.weft.identity.keys.Pem;
import dev.weft.mesh.state.Store;
import dev.weft.mesh.state.TypedEntry;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Stores the anchors and the issuer as two entries of a store. A write requires the version that was read last, so a
 * control plane that has been replaced meanwhile overwrites nothing.
 */
final class AuthorityEntries implements AuthorityStorage {

    private static final int MAX_VALUE = 256 * 1024;

    private final TypedEntry<String> anchors;
    private final TypedEntry<IssuerText> issuer;

    AuthorityEntries(Store store) {
        this.anchors = new TypedEntry<>(
                store.entry("anchors", Store.EntryOptions.readable(MAX_VALUE)),
                AuthorityEntries::checked,
                text -> text);
        this.issuer = new TypedEntry<>(
                store.entry("issuer", Store.EntryOptions.secret(MAX_VALUE)), IssuerText::parse, IssuerText::print);
    }

    private static String checked(String pem) {
        if (Pem.decodeCertificates(pem).isEmpty()) {
            throw new IllegalArgumentException("no certificate");
        }
        return pem;
    }

    @Override
    public Pieces pieces() throws IOException {
        List<String> missing = new ArrayList<>();
        if (anchors.read().isEmpty()) {
            missing.add(anchors.where());
        }
        if (issuer.read().isEmpty()) {
            missing.add(issuer.where());
        }
        return new Pieces(List.of(anchors.where(), issuer.where()), missing);
    }

    @Override
    public boolean hasIssuer() throws IOException {
        return issuer.read().isPresent();
    }

    @Override
    public Optional<String> anchors() throws IOException {
        return anchors.read();
    }

    @Override
    public IssuerText issuer() throws IOException {
        return issuer.read().orElseThrow(() -> new NoSuchFileException(issuer.where()));
    }

    @Override
    public void install(Issuer next) throws IOException {
        issuer.write(IssuerText.of(next));
    }

    @Override
    public void writeAnchors(List<X509Certificate> certificates) throws IOException {
        anchors.write(Pem.encodeCertificates(certificates));
    }

    @Override
    public String whereAnchorsAre() {
        return anchors.where();
    }
}
