// What a program does with the official JavaScript client: each step prints one line, which the test compares.

import { Writable } from "node:stream";
import * as k8s from "@kubernetes/client-node";

const SPACE = "javascript";
const config = new k8s.KubeConfig();
config.loadFromDefault();
const core = config.makeApiClient(k8s.CoreV1Api);
const apps = config.makeApiClient(k8s.AppsV1Api);

/** The first event of a watch for which something holds. */
function watched(path, holds) {
  return new Promise((resolve, reject) => {
    const watch = new k8s.Watch(config);
    let request;
    const seen = (type, object) => {
      if (holds(object, type)) {
        resolve(object);
        request.then((controller) => controller.abort());
      }
    };
    request = watch.watch(path, {}, seen, (error) => error && error.name !== "AbortError" && reject(error));
  });
}

class Kept extends Writable {
  text = "";
  _write(chunk, _, done) {
    this.text += chunk;
    done();
  }
}

function said(command, input) {
  const out = new Kept();
  const err = new Kept();
  return new Promise((resolve, reject) => {
    new k8s.Exec(config)
      .exec(SPACE, "web", "web", command, out, err, input ?? null, false, (status) => resolve([out.text, err.text, status]))
      .catch(reject);
  });
}

async function followed(name) {
  const out = new Kept();
  const ended = new Promise((resolve) => out.on("finish", resolve));
  await new k8s.Log(config).log(SPACE, name, "c", out, { follow: true });
  await ended;
  return out.text;
}

const pods = `/api/v1/namespaces/${SPACE}/pods`;
await core.createNamespace({ body: { metadata: { name: SPACE } } });
await watched(`/api/v1/namespaces/${SPACE}/serviceaccounts`, (account) => account.metadata.name === "default");

const spec = { containers: [{ name: "web", image: "nginx" }] };
await core.createNamespacedPod({ namespace: SPACE, body: { metadata: { name: "web", labels: { app: "web" } }, spec } });
const running = await watched(pods, (pod) => pod.status?.phase === "Running");
console.log("running", running.metadata.name, Boolean(running.status.podIP));

const listed = await core.listNamespacedPod({ namespace: SPACE, labelSelector: "app=web" });
console.log("listed", listed.items.map((pod) => pod.metadata.name).join(), listed.items[0].metadata.creationTimestamp instanceof Date);

const patched = await core.patchNamespacedPod(
  { name: "web", namespace: SPACE, body: { metadata: { labels: { tier: "front" } } } },
  k8s.setHeaderOptions("Content-Type", k8s.PatchStrategy.StrategicMergePatch),
);
console.log("patched", JSON.stringify(patched.metadata.labels));

const [out, err, status] = await said(["sh", "-c", "echo hello; echo no >&2; exit 3"]);
console.log("exec", JSON.stringify(out), JSON.stringify(err), status.details.causes[0].message);

const shell = ["sh", "-c", "for i in 1 2; do echo line $i; sleep 1; done"];
const counting = { restartPolicy: "Never", containers: [{ name: "c", image: "busybox", command: shell }] };
await core.createNamespacedPod({ namespace: SPACE, body: { metadata: { name: "count" }, spec: counting } });
await watched(pods, (pod) => pod.metadata.name === "count" && pod.status?.phase !== "Pending");
console.log("logs", JSON.stringify(await followed("count")));

const template = { metadata: { labels: { app: "d" } }, spec: { containers: [{ name: "c", image: "nginx" }] } };
const deployment = { metadata: { name: "d" }, spec: { replicas: 2, selector: { matchLabels: { app: "d" } }, template } };
await apps.createNamespacedDeployment({ namespace: SPACE, body: deployment });
const ready = await watched(`/apis/apps/v1/namespaces/${SPACE}/deployments`, (found) => found.status?.readyReplicas === 2);
console.log("ready", ready.status.readyReplicas);

const objects = k8s.KubernetesObjectApi.makeApiClient(config);
const settings = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "any", namespace: SPACE }, data: { k: "v" } };
const made = await objects.create(settings);
const replaced = await objects.replace({ ...made, data: { k: "w" } });
console.log("dynamic", replaced.data.k, Number(replaced.metadata.resourceVersion) > Number(made.metadata.resourceVersion));

try {
  await core.createNamespacedConfigMap({ namespace: SPACE, body: settings });
} catch (error) {
  console.log("refused", error.code, JSON.parse(error.body).message);
}
const gone = watched(pods, (pod, type) => type === "DELETED" && pod.metadata.name === "web");
await core.deleteNamespacedPod({ name: "web", namespace: SPACE });
console.log("deleted", (await gone).metadata.name);
await core.deleteNamespace({ name: SPACE });
