package dev.weft.identity.keys;

import static java.util.Objects.requireNonNull;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who computes signatures: the JDK, or a provider that the program has chosen. It is passed as an object, so that nothing
 * else of the process, TLS above all, changes hands with it.
 */
public final class SignatureProvider {

    /** The JDK's own. */
    public static final SignatureProvider JDK = new SignatureProvider(null);

    private final @Nullable Provider provider;

    private SignatureProvider(@Nullable Provider provider) {
        this.provider = provider;
    }

    /** This provider, for every algorithm that Weft signs or verifies by. */
    public static SignatureProvider of(Provider provider) {
        return new SignatureProvider(requireNonNull(provider, "provider"));
    }

    /** The provider; empty for the JDK's own. */
    public Optional<Provider> provider() {
        return Optional.ofNullable(provider);
    }

    /** A signature object, as {@link Signature#getInstance(String)} gives it. */
    public Signature signature(String algorithm) throws GeneralSecurityException {
        return provider == null ? Signature.getInstance(algorithm) : Signature.getInstance(algorithm, provider);
    }

    /** The key as the provider itself has keys, so that it need not read it again at each signature; as it is where it cannot. */
    public PrivateKey translate(PrivateKey key) {
        if (provider == null) {
            return key;
        }
        try {
            return (PrivateKey)
                    KeyFactory.getInstance(key.getAlgorithm(), provider).translateKey(key);
        } catch (GeneralSecurityException _) {
            return key;
        }
    }

    /** Verifies that the certificate is signed by this key, and nothing else of it. */
    public void verify(X509Certificate certificate, PublicKey by) throws GeneralSecurityException {
        if (provider == null) {
            certificate.verify(by);
        } else {
            certificate.verify(by, provider);
        }
    }

    /** The provider's name and version. */
    @Override
    public String toString() {
        return provider == null ? "JDK" : provider.getName() + " " + provider.getVersionStr();
    }
}
