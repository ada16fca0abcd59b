package dev.weft.interop;

import io.spiffe.bundle.jwtbundle.JwtBundleSet;
import io.spiffe.exception.JwtSvidException;
import io.spiffe.spiffeid.TrustDomain;
import io.spiffe.svid.jwtsvid.JwtSvid;
import io.spiffe.svid.x509svid.X509Svid;
import io.spiffe.svid.x509svid.X509SvidValidator;
import io.spiffe.workloadapi.DefaultWorkloadApiClient;
import io.spiffe.workloadapi.Watcher;
import io.spiffe.workloadapi.WorkloadApiClient;
import io.spiffe.workloadapi.X509Context;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * An application on the public Java SPIFFE library: it finds the Workload API by its environment, shows what it gets there, a
 * line each, and goes on watching until it is ended.
 */
public final class SpiffeProgram {

    private static final String AUDIENCE = "db";

    private SpiffeProgram() {}

    /** Runs until it is ended. */
    public static void main(String[] arguments) throws Exception {
        try (WorkloadApiClient client = DefaultWorkloadApiClient.newClient()) {
            say("x509-fetched", client.fetchX509Context());
            JwtSvid token = client.fetchJwtSvid(AUDIENCE, "cache");
            System.out.println("jwt-fetched " + token.getSpiffeId() + " " + token.getAudience());
            JwtSvid validated = client.validateJwtSvid(token.getToken(), AUDIENCE);
            System.out.println("jwt-validated " + validated.getSpiffeId());
            try {
                client.validateJwtSvid(token.getToken(), "somebody else");
                System.out.println("jwt-accepted for somebody else");
            } catch (JwtSvidException _) {
                System.out.println("jwt-refused for somebody else");
            }
            JwtBundleSet bundles = client.fetchJwtBundles();
            JwtSvid offline = JwtSvid.parseAndValidate(token.getToken(), bundles, Set.of(AUDIENCE));
            System.out.println("jwt-verified-offline " + offline.getSpiffeId());
            client.watchX509Context(new Showing<>("x509", context -> say("x509-watched", context)));
            client.watchJwtBundles(new Showing<>("jwt-keys", SpiffeProgram::sayKeys));
            new CountDownLatch(1).await();
        }
    }

    private static void say(String what, X509Context context) {
        X509Svid svid = context.getDefaultSvid();
        try {
            X509SvidValidator.verifyChain(svid.getChain(), context.getX509BundleSet());
        } catch (Exception e) {
            System.out.println(what + " does not verify: " + e);
            return;
        }
        System.out.println(what + " " + svid.getSpiffeId() + " "
                + svid.getLeaf().getSerialNumber().toString(16) + " "
                + svid.getPrivateKey().getFormat() + " "
                + context.getX509BundleSet().getBundles().keySet().stream()
                        .map(TrustDomain::toString)
                        .sorted()
                        .toList());
    }

    /** Shows each update, and errors under this name. */
    private record Showing<T>(String name, Consumer<T> show) implements Watcher<T> {
        @Override
        public void onUpdate(T update) {
            show.accept(update);
        }

        @Override
        public void onError(Throwable error) {
            System.out.println(name + "-error " + error);
        }
    }

    private static void sayKeys(JwtBundleSet bundles) {
        bundles.getBundles()
                .forEach((domain, bundle) -> System.out.println("jwt-keys-watched " + domain + " "
                        + bundle.getJwtAuthorities().size()));
    }
}
