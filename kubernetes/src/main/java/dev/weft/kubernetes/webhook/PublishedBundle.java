package dev.weft.kubernetes.webhook;

/** The place where API servers read which authorities may sign the webhook's certificate. */
interface PublishedBundle {

    /**
     * Publishes these authorities.
     *
     * @param certificates PEM
     * @return whether they are published now; false if no webhook is configured
     * @throws io.fabric8.kubernetes.client.KubernetesClientException if the API server refuses
     */
    boolean publish(String certificates);
}
