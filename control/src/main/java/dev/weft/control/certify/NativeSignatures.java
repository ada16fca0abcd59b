package dev.weft.control.certify;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import com.amazon.corretto.crypto.provider.SelfTestStatus;
import dev.weft.identity.keys.SignatureProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the provider of the control plane's signatures: AWS-LC through the Amazon Corretto Crypto Provider where its
 * library loads, the JDK elsewhere. The provider is used as an object and not registered with the JDK, so the rest of
 * the JDK is unaffected.
 */
public final class NativeSignatures {

    private static final Logger LOG = LoggerFactory.getLogger(NativeSignatures.class);

    private NativeSignatures() {}

    /** Loads the library, runs its self-tests, and logs the chosen provider. */
    public static SignatureProvider choose() {
        String problem = problem();
        SignatureProvider chosen =
                problem.isEmpty() ? SignatureProvider.of(AmazonCorrettoCryptoProvider.INSTANCE) : SignatureProvider.JDK;
        LOG.atInfo()
                .addKeyValue("provider", chosen)
                .addKeyValue("withoutNative", problem)
                .log("signatures");
        return chosen;
    }

    /** Returns why the library cannot be used; empty if it can. */
    private static String problem() {
        try {
            AmazonCorrettoCryptoProvider provider = AmazonCorrettoCryptoProvider.INSTANCE;
            Throwable failure = provider.getLoadingError();
            if (failure != null) {
                return "its library does not load: " + failure.getMessage();
            }
            SelfTestStatus tests = provider.runSelfTests();
            return tests == SelfTestStatus.PASSED ? "" : "its own tests: " + tests;
        } catch (LinkageError | RuntimeException e) {
            return "it cannot be loaded: " + e;
        }
    }
}
