package dev.weft.kubernetes.mock;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMixedDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.ServerRequest;
import io.fabric8.mockwebserver.ServerResponse;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The library's API server in memory, one for each test, and a client of it: in the test's fields of these types. The library's
 * own extension fails a test whose watch is closed while an event is on its way to it: the server then waits for itself, for as
 * long as it is given to end. Nothing that a test is about depends on how the server ends.
 */
public final class MockApi implements BeforeEachCallback, AfterEachCallback, AutoCloseable {

    private @Nullable KubernetesMockServer server;
    private @Nullable KubernetesClient client;

    /** Starts the server; also for a test that needs another one beside its own. */
    @SuppressWarnings("deprecation") // the library gives its mapper in no other way
    public KubernetesMockServer start() {
        Map<ServerRequest, Queue<ServerResponse>> responses = new HashMap<>();
        KubernetesMockServer started = new KubernetesMockServer(
                new Context(Serialization.jsonMapper()),
                new MockWebServer(),
                responses,
                new KubernetesMixedDispatcher(responses),
                true);
        server = started;
        started.init();
        return started;
    }

    /** A client of the server that was started. */
    public KubernetesClient connect(KubernetesMockServer started) {
        KubernetesClient connected = started.createClient();
        client = connected;
        return connected;
    }

    @Override
    public void beforeEach(ExtensionContext test) throws IllegalAccessException {
        KubernetesMockServer started = start();
        KubernetesClient connected = connect(started);
        Object instance = test.getRequiredTestInstance();
        for (Field field : instance.getClass().getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers())) {
                continue;
            }
            field.setAccessible(true);
            if (field.getType() == KubernetesClient.class) {
                field.set(instance, connected);
            } else if (field.getType() == KubernetesMockServer.class) {
                field.set(instance, started);
            }
        }
    }

    @Override
    public void afterEach(ExtensionContext test) {
        close();
    }

    /** Ends the client and the server. */
    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
        if (server != null) {
            try {
                server.destroy();
            } catch (IllegalStateException _) {
                // It waits for itself.
            }
        }
    }
}
