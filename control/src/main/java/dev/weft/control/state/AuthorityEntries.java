package dev.weft.control.state;

import dev.weft.identity.issue.Issuer;
import dev.weft.identity.keys.Pem;
import dev.weft.mesh.state.Entry;
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
    private static final String ANCHORS = "anchors";
    private static final String ISSUER = "issuer";

    private final Entry anchorEntry;
    private final Entry issuerEntry;
    private final TypedEntry<String> anchors;
    private final TypedEntry<IssuerText> issuer;

    AuthorityEntries(Store store) {
        this.anchorEntry = store.entry(ANCHORS, Store.EntryOptions.readable(MAX_VALUE));
        this.issuerEntry = store.entry(ISSUER, Store.EntryOptions.secret(MAX_VALUE));
        this.anchors = new TypedEntry<>(anchorEntry, AuthorityEntries::checked, text -> text);
        this.issuer = new TypedEntry<>(issuerEntry, IssuerText::parse, IssuerText::print);
    }

    private static String checked(String pem) {
        if (Pem.decodeCertificates(pem).isEmpty()) {
            throw new IllegalArgumentException("no certificate");
        }
        return pem;
    }

    /** Does nothing: an entry is replaced whole. */
    @Override
    public void recover() {}

    @Override
    public Pieces pieces() throws IOException {
        List<String> missing = new ArrayList<>();
        if (anchors.read().isEmpty()) {
            missing.add(anchorEntry.where());
        }
        if (issuer.read().isEmpty()) {
            missing.add(issuerEntry.where());
        }
        return new Pieces(List.of(anchorEntry.where(), issuerEntry.where()), missing);
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
    public String chain() throws IOException {
        return present().chain();
    }

    @Override
    public String key() throws IOException {
        return present().key();
    }

    private IssuerText present() throws IOException {
        return issuer.read().orElseThrow(() -> new NoSuchFileException(issuerEntry.where()));
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
        return anchorEntry.where();
    }
}
