package dev.weft.control.certify;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import com.amazon.corretto.crypto.provider.SelfTestStatus;
import dev.weft.identity.keys.SignatureProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who computes the control plane's signatures: AWS-LC by the Amazon Corretto Crypto Provider where its library loads, and the
 * JDK elsewhere. It is used as an object and not made known to the JDK, whose other parts go on as they are.
 */
public final class NativeSignatures {

    private static final Logger LOG = LoggerFactory.getLogger(NativeSignatures.class);

    private NativeSignatures() {}

    /** Loads the library, proves it by its own tests, and says in the log who computes. */
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

    /** Why the library cannot be used; empty if it can. */
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
