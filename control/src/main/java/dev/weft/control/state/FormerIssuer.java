package dev.weft.control.state;

import dev.weft.identity.issue.Issuer;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.state.Store;
import dev.weft.mesh.state.TypedEntry;
import java.io.IOException;
import java.util.Optional;

/** Stores the issuer that a rotation takes out of use, with its key, as long as the rotation can be rolled back. */
public final class FormerIssuer {

    private static final Store.EntryOptions OPTIONS =
            Store.EntryOptions.secret(256 * 1024).optional();

    private final TypedEntry<Issuer> cell;

    FormerIssuer(Store store, TrustDomain trustDomain) {
        this.cell = new TypedEntry<>(
                store.entry("former-issuer.json", OPTIONS),
                text -> IssuerText.parse(text).issuer(trustDomain),
                issuer -> IssuerText.of(issuer).print());
    }

    /** Stores this issuer in place of any other. */
    public void keep(Issuer issuer) throws IOException {
        cell.write(issuer);
    }

    /** Returns the stored issuer. */
    public Optional<Issuer> load() throws IOException {
        return cell.read();
    }

    /** Deletes the stored issuer. */
    public void forget() throws IOException {
        if (cell.read().isPresent()) {
            cell.delete();
        }
    }
}
