/** Reinforcement learning of acquisition policies: experience, double DQN and its schedules. */
package dev.assay.rl;
