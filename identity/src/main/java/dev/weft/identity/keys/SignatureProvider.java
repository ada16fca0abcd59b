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
 * The provider that computes signatures: the JDK, or one that the program has chosen. It is passed as an object, so the
 * rest of the process, TLS above all, keeps its own providers.
 */
public final class SignatureProvider {

    /** The JDK's own providers. */
    public static final SignatureProvider JDK = new SignatureProvider(null);

    private final @Nullable Provider provider;

    private SignatureProvider(@Nullable Provider provider) {
        this.provider = provider;
    }

    /** Returns a choice of this provider for every algorithm with which Weft signs or verifies. */
    public static SignatureProvider of(Provider provider) {
        return new SignatureProvider(requireNonNull(provider, "provider"));
    }

    /** The provider; empty for the JDK's own. */
    public Optional<Provider> provider() {
        return Optional.ofNullable(provider);
    }

    /** Returns a signature object, like {@link Signature#getInstance(String)}. */
    public Signature signature(String algorithm) throws GeneralSecurityException {
        return provider == null ? Signature.getInstance(algorithm) : Signature.getInstance(algorithm, provider);
    }

    /**
     * Returns the key in the provider's own form, so the provider need not convert it at each signature. Returns the
     * same key if the provider cannot convert it.
     */
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

    /** Verifies that the certificate is signed by this key. Checks nothing else. */
    public void verify(X509Certificate certificate, PublicKey by) throws GeneralSecurityException {
        if (provider == null) {
            certificate.verify(by);
        } else {
            certificate.verify(by, provider);
        }
    }

    /** Returns the provider's name and version. */
    @Override
    public String toString() {
        return provider == null ? "JDK" : provider.getName() + " " + provider.getVersionStr();
    }
}
